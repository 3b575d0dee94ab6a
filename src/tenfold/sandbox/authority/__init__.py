"""Who may do what: the policies that AWS asks before it carries out a call."""
