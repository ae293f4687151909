-- Documents by which somebody shows who they are, and what came of it.
CREATE TABLE identity_checks (
    user_num BIGINT NOT NULL,
    -- Begins with the user's number, so that it leads to their side.
    check_id TEXT NOT NULL,
    -- What the platform asks for it for.
    purpose TEXT NOT NULL,
    -- 'asked', 'handed_in', 'approved', 'rejected', 'withdrawn' or 'lapsed'.
    state TEXT NOT NULL,
    -- What the person is told with the decision.
    note TEXT,
    created_ts BIGINT NOT NULL,
    changed_ts BIGINT NOT NULL,
    -- When it lapses, where nothing happens until then.
    due_ts BIGINT NOT NULL,
    PRIMARY KEY (user_num, check_id)
) /*sqlite: WITHOUT ROWID*/;
CREATE INDEX identity_checks_handed_in ON identity_checks (changed_ts) WHERE state = 'handed_in';

-- There while a decision waits, and never longer.
CREATE TABLE identity_documents (
    user_num BIGINT NOT NULL,
    check_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    -- Sealed; inside, Base64.
    content TEXT NOT NULL,
    PRIMARY KEY (user_num, check_id, number)
);
