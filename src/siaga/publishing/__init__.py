"""What leaves for the world by itself: news by mail to whoever asked for it."""
