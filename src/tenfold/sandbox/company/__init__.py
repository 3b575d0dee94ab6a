"""An organisation of four accounts with the risks that the checks look for, in places that a seed decides."""
