// Filled by the image tools.
