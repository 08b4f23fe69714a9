"""Detectors: pure functions, frames and parameters in, frames out; no clock, no database, no settings."""
