package io.hpc4j.core;

import java.time.Instant;
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
 * @param submittedFrom the earliest time of submission wanted; a job whose time is unknown is not wanted then
 * @param submittedBefore the time of submission before which jobs are wanted; likewise
 * @param limit no more than this many, the newest first; 0 for all
 */
public record JobQuery(
        Set<JobState> states,
        Optional<String> owner,
        Optional<String> queue,
        Optional<String> name,
        Map<String, String> labels,
        Optional<Instant> submittedFrom,
        Optional<Instant> submittedBefore,
        int limit) {

    /** Copies the parts. */
    public JobQuery {
        states = Set.copyOf(states);
        labels = Map.copyOf(labels);
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be 0 or more, was " + limit);
        }
    }

    /** Asks for jobs of any time. */
    public JobQuery(
            Set<JobState> states,
            Optional<String> owner,
            Optional<String> queue,
            Optional<String> name,
            Map<String, String> labels,
            int limit) {
        this(states, owner, queue, name, labels, Optional.empty(), Optional.empty(), limit);
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
        return new JobQuery(wanted, owner, queue, name, labels, submittedFrom, submittedBefore, limit);
    }

    /** Only jobs of this user. */
    public JobQuery withOwner(String wanted) {
        return new JobQuery(states, Optional.of(wanted), queue, name, labels, submittedFrom, submittedBefore, limit);
    }

    /** Only jobs in this queue. */
    public JobQuery withQueue(String wanted) {
        return new JobQuery(states, owner, Optional.of(wanted), name, labels, submittedFrom, submittedBefore, limit);
    }

    /** Only jobs of this name. */
    public JobQuery withName(String wanted) {
        return new JobQuery(states, owner, queue, Optional.of(wanted), labels, submittedFrom, submittedBefore, limit);
    }

    /** Only jobs that have this label. */
    public JobQuery withLabel(String label, String value) {
        Map<String, String> all = new LinkedHashMap<>(labels);
        all.put(label, value);
        return new JobQuery(states, owner, queue, name, all, submittedFrom, submittedBefore, limit);
    }

    /** Only jobs that were submitted then or later. */
    public JobQuery withSubmittedFrom(Instant earliest) {
        return new JobQuery(states, owner, queue, name, labels, Optional.of(earliest), submittedBefore, limit);
    }

    /** Only jobs that were submitted earlier than that. */
    public JobQuery withSubmittedBefore(Instant end) {
        return new JobQuery(states, owner, queue, name, labels, submittedFrom, Optional.of(end), limit);
    }

    /** At most this many jobs, the newest first; 0 for all. */
    public JobQuery withLimit(int wanted) {
        return new JobQuery(states, owner, queue, name, labels, submittedFrom, submittedBefore, wanted);
    }

    /** Whether a job meets every condition; the limit is not looked at. */
    public boolean matches(Job job) {
        return (states.isEmpty() || states.contains(job.state()))
                && (owner.isEmpty() || owner.equals(job.owner()))
                && (queue.isEmpty() || queue.equals(job.queue()))
                && (name.isEmpty() || name.equals(job.name()))
                && job.labels().entrySet().containsAll(labels.entrySet())
                && isSubmittedInTime(job.submittedAt());
    }

    private boolean isSubmittedInTime(Optional<Instant> at) {
        return (submittedFrom.isEmpty() || (at.isPresent() && !at.get().isBefore(submittedFrom.get())))
                && (submittedBefore.isEmpty() || (at.isPresent() && at.get().isBefore(submittedBefore.get())));
    }
}
