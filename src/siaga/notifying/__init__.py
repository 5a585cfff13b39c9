"""The outbox: mail, webhooks, chat, letters; a message is taken or said to have failed, never lost."""
