"""The outbox: sends by mail, webhook, chat and letter; a message arrives or has failed, and is never lost."""
