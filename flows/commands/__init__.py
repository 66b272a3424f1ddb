"""What the verbs do, without a screen: dry runs, restore, exports, learning, serving."""
