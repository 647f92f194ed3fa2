"""The runs that were kept: found again, run again, compared, summed up."""
