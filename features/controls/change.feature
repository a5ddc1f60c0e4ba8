@controls
Feature: A change takes no protection away
  A protection can be lowered step by step, each step small enough for every control. What protected
  data before a change is compared with what does so after it, whatever the controls demand.

  @CHANGE @11-CCR-7123(c)(5) @Civ.1798.81.5(b) @T1562
  Rule: Whatever protected data before a change still does after it, or something else that protects the same as well

    Scenario: Nothing that protects is lost on the way
      Given the declared estate
      When the change from the base estate is judged
      Then no protection is removed
