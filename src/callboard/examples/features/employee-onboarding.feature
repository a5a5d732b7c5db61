# Every transition of the example is taken at least once.
Feature: Employee onboarding

  Scenario: Everything is ready and the first month was good
    Given the process is created from the "employee-onboarding" scenario
    And "hr" is the "hr" actor
    And "helper_1" is the "helper_1" actor
    And "helper_2" is the "helper_2" actor
    And "newcomer" is the "newcomer" actor
    When "hr" does "plan" with:
      """yaml
      name: Robin
      account: robin
      position: Baker
      first_day: "2026-02-01"
      tasks:
        - title: Kim
          task: Order a key
        - title: IT
          task: Set up a laptop
      """
    And "helper_1" does "complete_task"
    And "helper_2" does "complete_task" with:
      """yaml
      note: Serial number 5
      """
    And "hr" does "welcome"
    And "newcomer" does "give_feedback" with:
      """yaml
      mood: 5
      """
    Then the process ended in "(settled)"
    And the process result is:
      """yaml
      mood: 5
      """

  Scenario: Late helpers are passed over and nobody answers
    Given the process is created from the "employee-onboarding" scenario
    And "hr" is the "hr" actor
    When "hr" does "plan" with:
      """yaml
      name: Robin
      account: robin
      position: Baker
      first_day: "2026-02-01"
      tasks:
        - title: Kim
          task: Order a key
        - title: IT
          task: Set up a laptop
      """
    And 2 weeks pass
    Then the last event is a timeout
    When "hr" does "skip_rest"
    And "hr" does "welcome"
    And 6 weeks pass
    Then the last event is a timeout
    Then the process ended in "(settled)"

  Scenario: The plan is cancelled
    Given the process is created from the "employee-onboarding" scenario
    And "hr" is the "hr" actor
    When "hr" does "plan" with:
      """yaml
      name: Robin
      account: robin
      position: Baker
      first_day: "2026-02-01"
      tasks:
        - title: Kim
          task: Order a key
        - title: IT
          task: Set up a laptop
      """
    And "hr" does "cancel" with:
      """yaml
      reason: Changed plans
      """
    Then the process ended in "(cancelled)"

  Scenario: Cancelled when all was ready
    Given the process is created from the "employee-onboarding" scenario
    And "hr" is the "hr" actor
    And "helper_1" is the "helper_1" actor
    And "helper_2" is the "helper_2" actor
    When "hr" does "plan" with:
      """yaml
      name: Robin
      account: robin
      position: Baker
      first_day: "2026-02-01"
      tasks:
        - title: Kim
          task: Order a key
        - title: IT
          task: Set up a laptop
      """
    And "helper_1" does "complete_task"
    And "helper_2" does "complete_task"
    And "hr" does "cancel" with:
      """yaml
      reason: Changed plans
      """
    Then the process ended in "(cancelled)"
