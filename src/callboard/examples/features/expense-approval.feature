# Every transition of the example is taken at least once.
Feature: Expense approval

  Scenario: A small claim needs only the manager
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    And "manager" is the "manager" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Train to Basel
      amount: 86.5
      date: "2026-01-12"
      """
    And "manager" does "approve"
    Then the process ended in "(approved)"
    And the process result is:
      """yaml
      approved: true
      amount: 86.5
      """

  Scenario: A large claim goes to finance, which sends it back once
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    And "manager" is the "manager" actor
    And "finance" is the "finance" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Screen
      amount: 900
      date: "2026-01-12"
      """
    And "manager" does "approve"
    And "finance" does "send_back" with:
      """yaml
      remark: Wrong date
      """
    And "employee" does "submit" with:
      """yaml
      purpose: Screen
      amount: 900
      date: "2026-01-12"
      """
    And "manager" does "approve"
    And "finance" does "approve" with:
      """yaml
      pay_on: "2026-02-01"
      """
    Then the process ended in "(approved)"
    And the process result is:
      """yaml
      approved: true
      amount: 900
      pay_on: "2026-02-01"
      """

  Scenario: The manager rejects a claim
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    And "manager" is the "manager" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Train to Basel
      amount: 86.5
      date: "2026-01-12"
      """
    And 5 days pass
    Then the last event is a timeout
    When "manager" does "reject" with:
      """yaml
      remark: Not for work
      """
    Then the process ended in "(rejected)"
    And the process result is:
      """yaml
      approved: false
      amount: 0
      """

  Scenario: The employee withdraws
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    And "manager" is the "manager" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Train to Basel
      amount: 86.5
      date: "2026-01-12"
      """
    And "manager" does "send_back" with:
      """yaml
      remark: No receipt
      """
    And 30 days pass
    Then the last event is a timeout
    Then the process ended in "(withdrawn)"

  Scenario: Withdrawn while the manager looks at it
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Train to Basel
      amount: 86.5
      date: "2026-01-12"
      """
    And "employee" does "withdraw"
    Then the process ended in "(withdrawn)"

  Scenario: Finance rejects a large claim
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    And "manager" is the "manager" actor
    And "finance" is the "finance" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Screen
      amount: 900
      date: "2026-01-12"
      """
    And "manager" does "approve"
    And "finance" does "reject" with:
      """yaml
      remark: Wrong date
      """
    Then the process ended in "(rejected)"
    And the process result is:
      """yaml
      approved: false
      amount: 0
      """

  Scenario: Withdrawn instead of corrected
    Given the process is created from the "expense-approval" scenario
    And "employee" is the "employee" actor
    And "manager" is the "manager" actor
    When "employee" does "submit" with:
      """yaml
      purpose: Train to Basel
      amount: 86.5
      date: "2026-01-12"
      """
    And "manager" does "send_back" with:
      """yaml
      remark: Wrong date
      """
    And "employee" does "withdraw"
    Then the process ended in "(withdrawn)"
