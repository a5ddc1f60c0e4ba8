"""A Terraform directory read as an Estate: each value in its own state."""

import json
from pathlib import Path

import pytest

from simulator.estate.hcl import read_hcl
from simulator.estate.model import (
    Block,
    Given,
    Known,
    Omitted,
    Origin,
    Provider,
    Reference,
    Unresolvable,
    Variable,
    show,
)

SHOP = """
variable "unset" { type = string }
variable "nothing" {
  type    = string
  default = null
}
variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2"
}
variable "many" { type = list(string) }
locals {
  tags = { pii = "true", home = azurerm_resource_group.rg.id, who = var.unset }
  loc  = azurerm_resource_group.rg.location
}
data "azurerm_client_config" "current" {}
resource "azurerm_resource_group" "rg" {
  name     = "rg-shop"
  location = "westus2"
}
"""


@pytest.fixture
def read(tmp_path):
    """Reads a directory made of these files; ``main.tf`` stands after ``SHOP``."""

    def read_files(main, *, var_files=(), before=SHOP, **files):
        for name, text in {"main_tf": before + main, **files}.items():
            path = tmp_path / name.replace("__", "/").replace("_tf", ".tf")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_hcl(tmp_path, [tmp_path / name for name in var_files])

    return read_files


@pytest.fixture
def value(read):
    """The value that one argument ``x`` of a resource gets from an expression."""

    def read_value(expression):
        estate = read(f'resource "azurerm_x" "a" {{\n  x = {expression}\n}}\n')
        return estate.by_address["azurerm_x.a"].body.values.get("x", Omitted())

    return read_value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"Deny"', Known("Deny")),
        ("3", Known(3)),
        ("[1, 2]", Known((1, 2))),
        ('{ a = "b" }', Known({"a": "b"})),
        ("[]", Known(())),
        ("null", Omitted()),
        ("var.nothing", Omitted()),
        ('var.nothing == null ? null : "x"', Omitted()),
        ('"$${var.unset}"', Known("${var.unset}")),
        ("azurerm_resource_group.rg.name", Known("rg-shop")),
        ('"${azurerm_resource_group.rg.name}-x"', Known("rg-shop-x")),
        ("var.unset", Unresolvable("var.unset has no value")),
        ('"st${var.unset}"', Unresolvable("var.unset has no value")),
        ('["1.2.3.4", var.unset]', Unresolvable("var.unset has no value")),
        ("var.typo", Unresolvable("var.typo is not declared")),
        ("azurerm_x.missing.id", Unresolvable("azurerm_x.missing is not declared")),
        ("[azurerm_resource_group.rg]", Unresolvable("it is all of azurerm_resource_group.rg")),
        ("local.missing", Unresolvable("local.missing is not declared")),
        ("azurerm_resource_group.rg", Unresolvable("it is all of azurerm_resource_group.rg")),
    ],
)
def test_an_argument_is_known_omitted_or_unresolvable(value, expression, expected):
    assert value(expression) == expected


RG = "azurerm_resource_group.rg"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"{RG}.id", Reference(RG, "id", f"${{{RG}.id}}")),
        (f"{RG}.computed", Reference(RG, "computed", f"${{{RG}.computed}}")),
        (f'"${{{RG}.id}}/x"', Reference(RG, "id", f"${{{RG}.id}}/x")),
        (f'"in ${{{RG}.id}}"', Reference(RG, "id", f"in ${{{RG}.id}}")),
        (f"[{RG}.id]", Reference(RG, "id", f"${{{RG}.id}}")),
        ("local.tags.home", Reference(RG, "id", f"${{{RG}.id}}")),
        (
            "data.azurerm_client_config.current.tenant_id",
            Reference(
                "data.azurerm_client_config.current",
                "tenant_id",
                "${data.azurerm_client_config.current.tenant_id}",
            ),
        ),
        (
            f'"${{{RG}.id}}/${{var.unset}}/${{data.azurerm_client_config.current.object_id}}"',
            Reference(
                RG,
                "id",
                f"${{{RG}.id}}/${{var.unset}}/${{data.azurerm_client_config.current.object_id}}",
                ("data.azurerm_client_config.current",),
            ),
        ),
        (
            f"jsonencode({{ a = {RG}.id, b = [1, null] }})",
            Reference(RG, "id", f'{{"a":"${{{RG}.id}}","b":[1,null]}}'),
        ),
    ],
)
def test_an_argument_that_a_resource_decides_is_a_reference_with_its_text(
    value, expression, expected
):
    assert value(expression) == expected


def test_a_reference_knows_what_follows_it(value):
    assert value(f'"${{{RG}.id}}/blobServices/default"').suffix == "/blobServices/default"
    assert value(f"{RG}.id").suffix == ""


def test_an_attribute_that_is_null_is_a_reference_where_it_is_read(read):
    estate = read(
        """
        resource "azurerm_storage_account" "a" {
          account_kind = null
        }
        resource "azurerm_x" "x" {
          kind = azurerm_storage_account.a.account_kind
        }
        """
    )
    assert estate.by_address["azurerm_x.x"].get("kind").to == "azurerm_storage_account.a"


def test_a_map_with_states_of_several_kinds_is_a_block(read):
    estate = read('resource "azurerm_x" "a" {\n  tags = merge(local.tags, { n = null })\n}\n')
    tags = estate.by_address["azurerm_x.a"].body.values["tags"]
    assert isinstance(tags, Block)
    assert tags.values == {
        "pii": Known("true"),
        "home": Reference(RG, "id", f"${{{RG}.id}}"),
        "who": Unresolvable("var.unset has no value"),
        "n": Known(None),
    }
    assert estate.by_address["azurerm_x.a"].entries("tags")["pii"] == Known("true")


def test_a_list_of_objects_is_a_run_of_blocks_however_it_is_written(read):
    estate = read(
        """
        resource "azurerm_x" "a" {
          rule = [{ port = 1 }, { port = azurerm_resource_group.rg.port }]
          known = [{ port = 1 }]
        }
        """
    )
    resource = estate.by_address["azurerm_x.a"]
    assert resource.get("rule.port") == Known(1)
    assert resource.blocks("rule")[1].get("port").attribute == "port"
    assert [block.get("port") for block in resource.blocks("known")] == [Known(1)]


def test_nested_blocks_keep_their_order_and_their_lines(read):
    estate = read(
        'resource "azurerm_x" "a" {\n'
        "  rule {\n    p = 1\n  }\n"
        "  other {\n  }\n"
        "  rule {\n    p = 2\n    inner {\n      q = null\n    }\n  }\n"
        "}\n",
        before="",
    )
    resource = estate.by_address["azurerm_x.a"]
    assert resource.origin == Origin("main.tf", 1)
    assert [str(rule.origin) for rule in resource.blocks("rule")] == ["main.tf:2", "main.tf:7"]
    assert [rule.get("p") for rule in resource.blocks("rule")] == [Known(1), Known(2)]
    assert resource.blocks("rule")[1].get("inner.q") == Omitted()
    assert str(resource.blocks("rule")[1].blocks("inner")[0].origin) == "main.tf:9"


def test_dynamic_blocks_are_written_out(read):
    estate = read(
        """
        resource "azurerm_x" "a" {
          rule {
            port = 1
          }
          dynamic "rule" {
            for_each = { b = 3, a = 2 }
            content {
              port = rule.value
              name = rule.key
              dynamic "inner" {
                for_each = toset(["x", "y"])
                iterator = each_inner
                content {
                  v = "${each_inner.key}${each_inner.value}${rule.value}"
                }
              }
            }
          }
          dynamic "none" {
            for_each = []
            content {}
          }
        }
        """
    )
    resource = estate.by_address["azurerm_x.a"]
    assert [rule.get("port") for rule in resource.blocks("rule")] == [Known(1), Known(2), Known(3)]
    assert [b.get("v") for b in resource.blocks("rule")[1].blocks("inner")] == [
        Known("xx2"),
        Known("yy2"),
    ]
    assert resource.body.values["none"] == ()
    assert resource.get("none.x") == Omitted()


def test_a_dynamic_block_of_unknown_number_is_unresolvable_whatever_stands_beside_it(read):
    estate = read(
        """
        resource "azurerm_x" "a" {
          rule {
            port = 1
          }
          dynamic "rule" {
            for_each = var.many
            content {
              port = rule.value
            }
          }
          rule {
            port = 2
          }
        }
        """
    )
    resource = estate.by_address["azurerm_x.a"]
    assert resource.blocks("rule") == ()
    assert resource.unresolved("rule") == Unresolvable('dynamic "rule": var.many has no value')


def test_meta_arguments_are_left_out_but_lifecycle_is_kept(read):
    estate = read(
        """
        resource "azurerm_x" "a" {
          count      = 1
          provider   = azurerm.west
          depends_on = [azurerm_resource_group.rg]
          lifecycle {
            prevent_destroy = true
            ignore_changes  = [tags, network_rules[0].bypass]
          }
          provisioner "local-exec" {
            command = "true"
          }
        }
        resource "azurerm_x" "b" {
          lifecycle {
            ignore_changes = all
          }
          inner {
            count = 2
          }
        }
        """
    )
    assert set(estate.by_address["azurerm_x.a[0]"].body.values) == {"lifecycle"}
    assert estate.by_address["azurerm_x.a[0]"].get("lifecycle.prevent_destroy") == Known(value=True)
    assert estate.by_address["azurerm_x.a[0]"].get("lifecycle.ignore_changes") == Known(
        ("tags", "network_rules[0].bypass")
    )
    assert estate.by_address["azurerm_x.b"].get("lifecycle.ignore_changes") == Known("all")
    assert estate.by_address["azurerm_x.b"].get("inner.count") == Known(2)


def test_count_and_for_each_make_instances_with_terraforms_addresses(read):
    estate = read(
        """
        resource "azurerm_x" "c" {
          count = 2
          n     = "n${count.index}"
        }
        resource "azurerm_x" "f" {
          for_each = { "q\\"x" = 2, "a.b" = 1 }
          n        = "${each.key}=${each.value}"
        }
        resource "azurerm_x" "s" {
          for_each = toset(["z", "y"])
          n        = each.value
        }
        resource "azurerm_x" "none" {
          count = var.nothing == null ? 0 : 1
        }
        resource "azurerm_x" "reads" {
          first  = azurerm_x.c[0].id
          all    = azurerm_x.c[*].id
          keyed  = azurerm_x.f["a.b"].id
          values = [for key, one in azurerm_x.s : one.id]
          absent = one(azurerm_x.none[*].id)
          n      = azurerm_x.c[1].n
        }
        """
    )
    addresses = [r.address for r in estate.of_type("azurerm_x")]
    assert addresses == [
        "azurerm_x.c[0]",
        "azurerm_x.c[1]",
        'azurerm_x.f["a.b"]',
        'azurerm_x.f["q\\"x"]',
        'azurerm_x.s["y"]',
        'azurerm_x.s["z"]',
        "azurerm_x.reads",
    ]
    assert estate.gaps == ()
    assert estate.by_address['azurerm_x.f["q\\"x"]'].get("n") == Known('q"x=2')
    reads = estate.by_address["azurerm_x.reads"]
    assert reads.get("first").to == "azurerm_x.c[0]"
    assert (reads.get("all").to, reads.get("all").also) == ("azurerm_x.c[0]", ("azurerm_x.c[1]",))
    assert reads.get("keyed").to == 'azurerm_x.f["a.b"]'
    assert reads.get("values").also == ('azurerm_x.s["z"]',)
    assert reads.get("absent") == Omitted()
    assert reads.get("n") == Known("n1")


@pytest.mark.parametrize("argument", ["count = var.unset", "for_each = toset(var.many)"])
def test_a_resource_of_unknown_number_appears_once_and_leaves_a_gap(read, argument):
    estate = read(
        f"""
        resource "azurerm_x" "a" {{
          {argument}
          n = "known"
          k = try(count.index, each.key)
        }}
        resource "azurerm_x" "reads" {{
          any  = azurerm_x.a[0].id
          some = azurerm_x.a[*].id
        }}
        """
    )
    found = estate.by_address["azurerm_x.a"]
    assert found.get("n") == Known("known")
    assert isinstance(found.get("k"), Unresolvable)
    (gap,) = estate.gaps
    assert (gap.where, gap.origin) == ("azurerm_x.a", found.origin)
    assert "has no value" in gap.why
    assert estate.by_address["azurerm_x.reads"].get("any").to == "azurerm_x.a"
    assert isinstance(estate.by_address["azurerm_x.reads"].get("some"), Unresolvable)


def test_data_sources_are_resources_of_their_own_mode(read):
    estate = read("")
    data = estate.by_address["data.azurerm_client_config.current"]
    assert (data.mode, data.type, data.name) == ("data", "azurerm_client_config", "current")
    assert data not in estate.of_type("azurerm_client_config")


def test_secrets_are_marked_and_never_shown(read):
    estate = read(
        """
        resource "azurerm_x" "a" {
          header = "Bearer ${var.secret}"
          joined = "${azurerm_resource_group.rg.id};${var.secret}"
          app_settings = { KEY = var.secret, MODE = "live" }
          administrator_login_password = "in-the-source"
          connection_string {
            value = "Server=s;Password=in-the-block"
          }
          dynamic "connection_string" {
            for_each = ["Server=t;Password=in-the-dynamic-block"]
            content {
              value = connection_string.value
            }
          }
          copied = azurerm_mssql_server.s.administrator_login_password
        }
        resource "azurerm_mssql_server" "s" {
          administrator_login_password = "pw-literal"
        }
        resource "azurerm_key_vault_secret" "s" {
          value = "vault-literal"
        }
        """
    )
    resource = estate.by_address["azurerm_x.a"]
    assert resource.get("header") == Known("Bearer hunter2", sensitive=True)
    assert resource.get("joined") == Reference(RG, "id", None)
    assert resource.get("app_settings.MODE") == Known("live")
    assert resource.get("app_settings.KEY") == Known("hunter2", sensitive=True)
    assert resource.get("copied") == Known("pw-literal", sensitive=True)
    text = repr(estate) + "".join(show(v) for r in estate.resources for _, v in r.body.walk())
    for secret in ("hunter2", "in-the-", "pw-literal", "vault-literal"):
        assert secret not in text


@pytest.mark.parametrize("syntax", ["hcl", "json"])
def test_of_a_block_that_holds_a_secret_only_the_secret_is_masked(tmp_path, syntax):
    if syntax == "hcl":
        (tmp_path / "main.tf").write_text(
            """
            resource "azurerm_linux_web_app" "a" {
              connection_string {
                name  = "commerce"
                type  = "SQLAzure"
                value = "Server=s;Password=hunter2"
              }
            }
            """,
            encoding="utf-8",
        )
    else:
        block = {"name": "commerce", "type": "SQLAzure", "value": "Server=s;Password=hunter2"}
        app = {"connection_string": [block]}
        content = {"resource": {"azurerm_linux_web_app": {"a": app}}}
        (tmp_path / "main.tf.json").write_text(json.dumps(content), encoding="utf-8")
    (found,) = read_hcl(tmp_path).resources[0].blocks("connection_string")
    assert (found.get("name"), found.get("type")) == (Known("commerce"), Known("SQLAzure"))
    assert found.get("value") == Known("Server=s;Password=hunter2", sensitive=True)


def test_what_the_secret_of_a_container_app_holds_is_masked(read):
    text = 'secret {\n    name = "db"\n    value = "hunter2"\n  }\n'
    estate = read('resource "azurerm_container_app" "a" {\n  ' + text + "}\n")
    (found,) = estate.by_address["azurerm_container_app.a"].blocks("secret")
    assert found.get("name") == Known("db")
    assert found.get("value") == Known("hunter2", sensitive=True)


def test_an_object_that_is_a_secret_is_masked_as_a_whole_in_json_syntax(tmp_path):
    patch = {"type": "Microsoft.X/y@2024-01-01", "sensitive_body": {"name": "hunter2"}}
    content = {"resource": {"azapi_update_resource": {"a": patch}}}
    (tmp_path / "main.tf.json").write_text(json.dumps(content), encoding="utf-8")
    assert "hunter2" not in repr(read_hcl(tmp_path))


def test_why_a_secret_is_not_known_does_not_tell_a_part_of_it(read):
    estate = read(
        """
        resource "azurerm_x" "a" {
          password  = upper("half-${azurerm_resource_group.rg.id}")
          sas_token = var.unset
        }
        """
    )
    resource = estate.by_address["azurerm_x.a"]
    assert resource.get("password") == Unresolvable("it is sensitive, and not known")
    assert resource.get("sas_token") == Unresolvable("var.unset has no value")


def test_values_are_the_same_in_every_run(read):
    main = f"""
    resource "azurerm_x" "a" {{
      id_text = jsonencode([{RG}.id, uuid(), timestamp()])
      digest  = md5({RG}.id)
      hidden  = replace({RG}.id, "-", "")
    }}
    """
    first, second = read(main), read(main)
    assert repr(first.resources) == repr(second.resources)
    assert isinstance(first.by_address["azurerm_x.a"].get("digest"), Unresolvable)


def test_azurerm_spellings_and_defaults_are_those_of_the_stated_version(read):
    estate = read(
        'resource "azurerm_storage_account" "a" {\n  enable_https_traffic_only = false\n}\n',
        versions_tf="terraform {\n  required_providers {\n    azurerm = {\n"
        '      source  = "hashicorp/azurerm"\n      version = "~> 3.100"\n    }\n  }\n}\n',
    )
    account = estate.by_address["azurerm_storage_account.a"]
    assert account.provider == Provider("azurerm", 3, "~> 3.100")
    assert account.get("https_traffic_only_enabled") == Known(value=False)


def test_comments_are_no_part_of_the_estate(read):
    estate = read('# secret plan\nresource "azurerm_x" "a" { # here\n  x = 1 // and here\n}\n')
    assert "plan" not in repr(estate)
    assert "here" not in repr(estate)


def test_terraforms_json_syntax_is_read_too(read):
    estate = read(
        "",
        **{
            "more_tf.json": '{"resource": {"azurerm_x": {"j": {"//": "a comment",'
            ' "rule": [{"p": 1}], "x": "${azurerm_resource_group.rg.id}/y",'
            ' "dynamic": {"d": {"for_each": [1, 2], "content": {"v": "${d.value}"}}}}}}}'
        },
    )
    resource = estate.by_address["azurerm_x.j"]
    assert resource.get("x").suffix == "/y"
    assert resource.get("rule.p") == Known(1)
    assert [block.get("v") for block in resource.blocks("d")] == [Known(1), Known(2)]
    assert resource.origin == Origin("more.tf.json")
    assert resource.body.values.keys() == {"rule", "x", "d"}


def test_a_byte_order_mark_and_windows_line_ends_are_read_over(tmp_path):
    (tmp_path / "main.tf").write_bytes(
        b'\xef\xbb\xbfresource "azurerm_x" "a" {\r\n  x = 1\r\n}\r\n'
    )
    assert read_hcl(tmp_path).resources[0].get("x") == Known(1)


def test_the_estate_says_where_it_is_from(read, tmp_path):
    estate = read("")
    assert (estate.source, estate.reader) == (str(tmp_path), "hcl")


ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["reference", "exposed"])
def test_the_shipped_estates_resolve_in_full(name):
    estate = read_hcl(ROOT / "terraform" / name)
    assert estate.gaps == ()
    unresolved = [
        (resource.address, path, value)
        for resource in estate.resources
        for path, value in resource.body.walk()
        if isinstance(value, Unresolvable)
    ]
    assert unresolved == []


def test_variables_say_what_gives_their_value_and_where(tmp_path):
    (tmp_path / "main.tf").write_text(
        'variable "a" {\n  default = "x"\n}\n'
        'variable "b" {\n  type      = number\n  sensitive = true\n}\n'
        'variable "c" {}\n'
        'variable "d" {\n  type = number\n}\n'
        'resource "azurerm_x" "a" {}\n',
        encoding="utf-8",
    )
    (tmp_path / "terraform.tfvars").write_text('\nb = "7"\nd = "seven"\n', encoding="utf-8")
    estate = read_hcl(tmp_path)
    a, b, c, d = estate.variables
    assert a == Variable("a", Known("x"), False, Origin("main.tf", 2), Given.DEFAULT)
    assert b == Variable(
        "b", Known(7, sensitive=True), True, Origin("terraform.tfvars", 2), Given.FILE
    )
    assert c == Variable(
        "c", Unresolvable("var.c has no value"), False, Origin("main.tf", 8), Given.DEFAULT
    )
    assert isinstance(d.value, Unresolvable)


def test_what_a_sensitive_variable_holds_must_not_be_shown(tmp_path):
    (tmp_path / "main.tf").write_text(
        'variable "a" {\n  sensitive = true\n  default = { k = "hunter2" }\n}\n'
        'resource "azurerm_x" "a" {}\n',
        encoding="utf-8",
    )
    estate = read_hcl(tmp_path)
    assert estate.sensitive_texts == ("hunter2",)
    assert "hunter2" not in repr(estate)
