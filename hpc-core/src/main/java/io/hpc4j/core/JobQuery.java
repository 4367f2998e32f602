package io.hpc4j.core;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs to list. Every condition that is set must hold.
 *
 * @param states states wanted; all if empty
 * @param owner the user whose jobs are wanted
 * @param queue the queue whose jobs are wanted
 * @param name the exact name wanted
 * @param labels labels that a job must have, with these values
 * @param limit no more than this many, the newest first; 0 for all
 */
public record JobQuery(
        Set<JobState> states,
        Optional<String> owner,
        Optional<String> queue,
        Optional<String> name,
        Map<String, String> labels,
        int limit) {

    /** Copies the parts. */
    public JobQuery {
        states = Set.copyOf(states);
        labels = Map.copyOf(labels);
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be 0 or more, was " + limit);
        }
    }

    /** All jobs that the scheduler still knows, ended ones too. */
    public static JobQuery all() {
        return new JobQuery(Set.of(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), 0);
    }

    /** All jobs that have not ended. */
    public static JobQuery live() {
        EnumSet<JobState> live = EnumSet.allOf(JobState.class);
        live.removeIf(JobState::isEnded);
        return all().withStates(live);
    }

    /** Only jobs in these states. */
    public JobQuery withStates(Set<JobState> wanted) {
        return new JobQuery(wanted, owner, queue, name, labels, limit);
    }

    /** Only jobs of this user. */
    public JobQuery withOwner(String wanted) {
        return new JobQuery(states, Optional.of(wanted), queue, name, labels, limit);
    }

    /** Only jobs in this queue. */
    public JobQuery withQueue(String wanted) {
        return new JobQuery(states, owner, Optional.of(wanted), name, labels, limit);
    }

    /** Only jobs of this name. */
    public JobQuery withName(String wanted) {
        return new JobQuery(states, owner, queue, Optional.of(wanted), labels, limit);
    }

    /** Only jobs that have this label. */
    public JobQuery withLabel(String label, String value) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(label, value);
        return new JobQuery(states, owner, queue, name, all, limit);
    }

    /** At most this many jobs, the newest first; 0 for all. */
    public JobQuery withLimit(int wanted) {
        return new JobQuery(states, owner, queue, name, labels, wanted);
    }

    /** Whether a job meets every condition; the limit is not looked at. */
    public boolean matches(Job job) {
        return (states.isEmpty() || states.contains(job.state()))
                && (owner.isEmpty() || owner.equals(job.owner()))
                && (queue.isEmpty() || queue.equals(job.queue()))
                && (name.isEmpty() || name.equals(job.name()))
                && job.labels().entrySet().containsAll(labels.entrySet());
    }
}
