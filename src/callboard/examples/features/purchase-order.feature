# Every transition of the example is taken at least once.
Feature: Purchase order

  Scenario: Half of it arrives, the rest later
    Given the process is created from the "purchase-order" scenario
    And "requester" is the "requester" actor
    And "buyer" is the "buyer" actor
    When "requester" does "request" with:
      """yaml
      supplier: Mill & Co
      lines:
        - item: Flour
          quantity: 4
          price: 12.5
        - item: Yeast
          quantity: 2
          price: 3
      """
    And the "stock" service does "report_stock" with:
      """yaml
      in_stock: 2
      """
    And "buyer" does "order"
    And the "ordering" service does "confirm" with:
      """yaml
      status: accepted
      reference: A-17
      """
    And "requester" does "receive" with:
      """yaml
      pieces: 2
      """
    And "requester" does "complain" with:
      """yaml
      problem: No yeast
      """
    And "buyer" does "settle" with:
      """yaml
      still_to_come: 2
      """
    And "requester" does "receive" with:
      """yaml
      pieces: 2
      """
    And "buyer" does "close"
    Then the process ended in "(closed)"
    And the process result is:
      """yaml
      reference: A-17
      total: 56
      received: 4
      """

  Scenario: No supplier can deliver
    Given the process is created from the "purchase-order" scenario
    And "requester" is the "requester" actor
    And "buyer" is the "buyer" actor
    When "requester" does "request" with:
      """yaml
      supplier: Mill & Co
      lines:
        - item: Flour
          quantity: 4
          price: 12.5
        - item: Yeast
          quantity: 2
          price: 3
      """
    And "buyer" does "order"
    And the "ordering" service does "refuse" with:
      """yaml
      status: sold out
      problem: No flour left
      """
    And "buyer" does "order"
    And 2 days pass
    Then the last event is a timeout
    When "buyer" does "decline" with:
      """yaml
      reason: No supplier
      """
    Then the process ended in "(declined)"

  Scenario: The goods are overdue and then all there
    Given the process is created from the "purchase-order" scenario
    And "requester" is the "requester" actor
    And "buyer" is the "buyer" actor
    When "requester" does "request" with:
      """yaml
      supplier: Mill & Co
      lines:
        - item: Flour
          quantity: 4
          price: 12.5
        - item: Yeast
          quantity: 2
          price: 3
      """
    And "buyer" does "order"
    And the "ordering" service does "confirm" with:
      """yaml
      status: accepted
      reference: A-17
      """
    And 3 weeks pass
    Then the last event is a timeout
    When "buyer" does "settle" with:
      """yaml
      still_to_come: 0
      """
    And "buyer" does "close"
    Then the process ended in "(closed)"
    And the process result is:
      """yaml
      reference: A-17
      total: 56
      received: 0
      """
