package engine

// lowerPriority leaves the priority as it is on Windows.
func lowerPriority(int) {}
