"""The pages of batches: many starts or stops as one decision, with a preview before and their progress after."""
