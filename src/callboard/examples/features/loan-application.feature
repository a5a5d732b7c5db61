# Every transition of the example is taken at least once.
Feature: Loan application

  Scenario: An underwriter makes an offer and it is taken
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    And "underwriter" is the "underwriter" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 90000
      months: 240
      purpose: home
      collateral: A house
      """
    And "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: true
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 60
      """
    And "underwriter" does "decide" with:
      """yaml
      decision: offer
      amount: 80000
      """
    And "applicant" does "take_offer"
    Then the process ended in "(signed)"
    And the process result is:
      """yaml
      amount: 80000
      rate: 5.9
      months: 240
      """

  Scenario: An underwriter declines
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    And "underwriter" is the "underwriter" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 90000
      months: 240
      purpose: home
      collateral: A house
      """
    And "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: true
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 60
      """
    And "underwriter" does "decide" with:
      """yaml
      decision: decline
      reason: Income too low
      """
    Then the process ended in "(declined)"

  Scenario: Nobody gets a loan without proof of identity
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 15000
      months: 48
      purpose: car
      """
    And "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: false
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 90
      """
    Then the process ended in "(declined)"

  Scenario: A good score gets an offer by rule, which is turned down
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 15000
      months: 48
      purpose: car
      """
    And "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: true
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 90
      """
    And "applicant" does "turn_down"
    Then the process ended in "(turned_down)"

  Scenario: The assessment drags on and the offer expires
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 15000
      months: 48
      purpose: car
      """
    And 1 week pass
    Then the last event is a timeout
    When "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: true
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 90
      """
    And 2 weeks pass
    Then the last event is a timeout
    Then the process ended in "(expired)"

  Scenario: The applicant withdraws during the assessment
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 15000
      months: 48
      purpose: car
      """
    And "applicant" does "withdraw"
    Then the process ended in "(withdrawn)"

  Scenario: A low score is declined by rule
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 15000
      months: 48
      purpose: car
      """
    And "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: true
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 20
      """
    Then the process ended in "(declined)"

  Scenario: The applicant withdraws while it is decided
    Given the process is created from the "loan-application" scenario
    And "applicant" is the "applicant" actor
    And "appraiser" is the "appraiser" actor
    And "compliance" is the "compliance" actor
    And "risk" is the "risk" actor
    When "applicant" does "apply" with:
      """yaml
      name: Claire Fontaine
      email: claire@example.com
      amount: 90000
      months: 240
      purpose: home
      collateral: A house
      """
    And "appraiser" does "value_collateral" with:
      """yaml
      collateral_value: 120000
      """
    And "compliance" does "check_identity" with:
      """yaml
      identity: true
      """
    And "risk" does "rate_risk" with:
      """yaml
      score: 60
      """
    And "applicant" does "withdraw"
    Then the process ended in "(withdrawn)"
