# Every transition of the example is taken at least once.
Feature: Support ticket

  Scenario: Nobody answers in time, the lead does
    Given the process is created from the "support-ticket" scenario
    And "customer" is the "customer" actor
    And "agent" is the "agent" actor
    And "lead" is the "lead" actor
    When "customer" does "open" with:
      """yaml
      subject: Oven is cold
      text: It does not heat above 80 degrees.
      """
    And "agent" does "reply" with:
      """yaml
      text: Please turn the knob further.
      """
    And "customer" does "ask_again" with:
      """yaml
      text: I did.
      """
    And 4 hours pass
    Then the last event is a timeout
    When "lead" does "reply" with:
      """yaml
      text: We send somebody.
      """
    And "customer" does "close_solved" with:
      """yaml
      stars: 4
      """
    Then the process ended in "(solved)"
    And the process result is:
      """yaml
      solved: true
      stars: 4
      """

  Scenario: The customer is reminded and says nothing
    Given the process is created from the "support-ticket" scenario
    And "customer" is the "customer" actor
    And "agent" is the "agent" actor
    When "customer" does "open" with:
      """yaml
      subject: Oven is cold
      text: It does not heat above 80 degrees.
      """
    And "agent" does "reply" with:
      """yaml
      text: Please turn the knob further.
      """
    And 3 days pass
    Then the last event is a timeout
    When 4 days pass
    Then the last event is a timeout
    Then the process ended in "(closed)"

  Scenario: The customer finds it without help
    Given the process is created from the "support-ticket" scenario
    And "customer" is the "customer" actor
    When "customer" does "open" with:
      """yaml
      subject: Oven is cold
      text: It does not heat above 80 degrees.
      """
    And "customer" does "ask_again" with:
      """yaml
      text: Found it myself.
      """
    And "customer" does "withdraw"
    Then the process ended in "(withdrawn)"
    And the process result is:
      """yaml
      solved: false
      """

  Scenario: Withdrawn before it was sent
    Given the process is created from the "support-ticket" scenario
    And "customer" is the "customer" actor
    When "customer" does "withdraw"
    Then the process ended in "(withdrawn)"
    And the process result is:
      """yaml
      solved: false
      """

  Scenario: The customer asks again while it is escalated, then gives up
    Given the process is created from the "support-ticket" scenario
    And "customer" is the "customer" actor
    When "customer" does "open" with:
      """yaml
      subject: Oven is cold
      text: It does not heat above 80 degrees.
      """
    And 4 hours pass
    Then the last event is a timeout
    When "customer" does "ask_again" with:
      """yaml
      text: Hello?
      """
    And "customer" does "withdraw"
    Then the process ended in "(withdrawn)"
    And the process result is:
      """yaml
      solved: false
      """

  Scenario: Support adds something, the customer is content
    Given the process is created from the "support-ticket" scenario
    And "customer" is the "customer" actor
    And "agent" is the "agent" actor
    When "customer" does "open" with:
      """yaml
      subject: Oven is cold
      text: It does not heat above 80 degrees.
      """
    And "agent" does "reply" with:
      """yaml
      text: Please turn the knob further.
      """
    And "agent" does "reply" with:
      """yaml
      text: And wait a little.
      """
    And "customer" does "withdraw"
    Then the process ended in "(withdrawn)"
    And the process result is:
      """yaml
      solved: false
      """
