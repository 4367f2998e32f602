package io.hpc4j.core;

/**
 * Names one job of one cluster.
 *
 * @param nativeId the id exactly as the scheduler prints it: {@code 141}, {@code 141_7}, {@code 12.server}
 */
public record JobId(String nativeId) implements Comparable<JobId> {

    private static final int LONGEST = 256;

    /**
     * Takes the scheduler's spelling as it is.
     *
     * @throws IllegalArgumentException if it is empty, longer than 256, or has blanks or control characters
     */
    public JobId {
        if (nativeId.isEmpty()
                || nativeId.length() > LONGEST
                || nativeId.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "a job id is 1 to 256 characters without blanks, was " + Text.quoted(nativeId));
        }
    }

    /** The id as the scheduler prints it. */
    public static JobId of(String nativeId) {
        return new JobId(nativeId);
    }

    /** Orders as people count: {@code 9} before {@code 10}, {@code 141_2} before {@code 141_10}. */
    @Override
    public int compareTo(JobId other) {
        return Text.compareNaturally(nativeId, other.nativeId);
    }

    @Override
    public String toString() {
        return nativeId;
    }
}
