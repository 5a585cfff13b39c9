"""What people and programs do beside the loop: cases, reports, checks, subscriptions, the forecast."""
