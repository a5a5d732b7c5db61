"""The parts of reading and writing scenario texts; `scenario.text` and `scenario.dump` join them.

    text ──compose──▶ nodes ──construct──▶ value          YAML
                        └─────places─────▶ places
    text ──strict_json─────────────────────▶ value        JSON
      └────json_places────▶ places

Nothing here is changed once made; every recursion is bounded by `Limits.document_depth`.
"""
