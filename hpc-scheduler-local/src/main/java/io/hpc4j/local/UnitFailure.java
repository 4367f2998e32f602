package io.hpc4j.local;

/**
 * A unit whose process could not be made.
 *
 * @param errno the system's number of the error
 * @param message what was being done to which path, and the system's words
 */
record UnitFailure(String unit, int errno, String message) {}
