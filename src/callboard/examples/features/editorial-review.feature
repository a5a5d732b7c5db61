# Every transition of the example is taken at least once.
Feature: Editorial review

  Scenario: One round of changes, two corrections, printed
    Given the process is created from the "editorial-review" scenario
    And "author" is the "author" actor
    And "editor" is the "editor" actor
    When "author" does "hand_in" with:
      """yaml
      headline: Bread of the year
      text: It is dark, and it is dense, and it is good.
      """
    And "editor" does "request_changes" with:
      """yaml
      comments:
        - place: Line 1
          comment: Longer
      """
    And "author" does "hand_in" with:
      """yaml
      headline: Bread of the year
      text: It is dark, and it is dense, and it is good.
      """
    And "editor" does "accept"
    And "editor" does "correct" with:
      """yaml
      headline: The bread of the year
      note: Headline
      """
    And "author" does "correct" with:
      """yaml
      note: A comma
      """
    And "author" does "release"
    And "editor" does "publish" with:
      """yaml
      published_on: "2026-03-01"
      """
    Then the process ended in "(published)"
    And the process result is:
      """yaml
      headline: The bread of the year
      rounds: 1
      published_on: "2026-03-01"
      """

  Scenario: The editor is late and declines
    Given the process is created from the "editorial-review" scenario
    And "author" is the "author" actor
    And "editor" is the "editor" actor
    When "author" does "hand_in" with:
      """yaml
      headline: Bread of the year
      text: It is dark, and it is dense, and it is good.
      """
    And 2 weeks pass
    Then the last event is a timeout
    When "editor" does "decline" with:
      """yaml
      reason: Too much bread
      """
    Then the process ended in "(declined)"

  Scenario: The author never revises
    Given the process is created from the "editorial-review" scenario
    And "author" is the "author" actor
    And "editor" is the "editor" actor
    When "author" does "hand_in" with:
      """yaml
      headline: Bread of the year
      text: It is dark, and it is dense, and it is good.
      """
    And "editor" does "request_changes" with:
      """yaml
      comments:
        - comment: Shorter
      """
    And 60 days pass
    Then the last event is a timeout
    Then the process ended in "(withdrawn)"

  Scenario: The author withdraws during the review
    Given the process is created from the "editorial-review" scenario
    And "author" is the "author" actor
    When "author" does "hand_in" with:
      """yaml
      headline: Bread of the year
      text: It is dark, and it is dense, and it is good.
      """
    And "author" does "withdraw"
    Then the process ended in "(withdrawn)"

  Scenario: The author withdraws instead of revising
    Given the process is created from the "editorial-review" scenario
    And "author" is the "author" actor
    And "editor" is the "editor" actor
    When "author" does "hand_in" with:
      """yaml
      headline: Bread of the year
      text: It is dark, and it is dense, and it is good.
      """
    And "editor" does "request_changes" with:
      """yaml
      comments:
        - comment: Shorter
      """
    And "author" does "withdraw"
    Then the process ended in "(withdrawn)"
