"""What a prompt is: its versions, who may choose it, which version answers whom.

Owns Prompt, Audience, Version, Label, Publication, Approval, Comment and Rollout. Uses
accounts and below; knows of no conversation but its id. Begin with `models.py`, then
`choose.py` (which version answers) and `actions/` (write, publish, take back, roll out).
"""
