"""Says which round comes next: fair to contestants, within each platform's budget, denser when it matters."""
