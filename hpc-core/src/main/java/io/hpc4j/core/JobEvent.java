package io.hpc4j.core;

import java.time.Instant;

/**
 * A job's state, attempt or nodes have changed.
 *
 * @param previous the snapshot before
 * @param job the snapshot now
 * @param at when the change was noticed, which is later than when it happened
 */
public record JobEvent(Job previous, Job job, Instant at) {}
