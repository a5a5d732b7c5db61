"""The language server for scenarios: `analysis` knows scenarios, `server` speaks the protocol."""
