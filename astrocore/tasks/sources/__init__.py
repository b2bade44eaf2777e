"""Sources: star, galaxy or quasar, from photometry and images in several bands (MargFormer)."""
