"""The watch's loop: rounds planned, asked, recorded, judged, and taken up again after a kill."""
