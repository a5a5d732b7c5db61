-- Lists of a scenario, and inboxes by due time. Neither is touched by a step: the first holds what
-- never changes, the second only states that time out.
CREATE INDEX processes_of_scenario ON processes (scenario, created);
CREATE INDEX tasks_by_due ON tasks (principal, due) WHERE due IS NOT NULL;
