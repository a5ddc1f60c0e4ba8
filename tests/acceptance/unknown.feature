Feature: What cannot be known is no pass

  Scenario: Nobody can tell whether a stranger may read the blobs
    Given the estate in "fixtures/estates/unknown"
    When control DATA-01 is assessed
    Then it cannot be known
