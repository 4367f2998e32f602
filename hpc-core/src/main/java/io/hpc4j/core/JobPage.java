package io.hpc4j.core;

import java.util.List;
import java.util.Optional;

/**
 * Some of the jobs that meet a query.
 *
 * @param jobs the jobs, the newest first
 * @param next what to ask for the page after this one with; empty if this is the last
 */
public record JobPage(List<StoredJob> jobs, Optional<String> next) {

    /** Copies the list. */
    public JobPage {
        jobs = List.copyOf(jobs);
    }

    /** A page of a list that is there as a whole. */
    static JobPage cut(List<StoredJob> all, int size, Optional<String> after) {
        requireSize(size);
        int from = after.map(key -> positionAfter(all, key)).orElse(0);
        List<StoredJob> jobs = all.subList(from, Math.min(all.size(), from + size));
        boolean more = from + size < all.size();
        return new JobPage(jobs, more ? Optional.of(jobs.get(size - 1).key()) : Optional.empty());
    }

    /**
     * Refuses a query that cannot be answered in pages.
     *
     * @throws IllegalArgumentException if the size is less than 1
     */
    public static void requireSize(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a page has at least 1 job: give the query a limit, which was " + size);
        }
    }

    private static int positionAfter(List<StoredJob> all, String key) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).key().equals(key)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no page ended with the job of key " + Text.quoted(key));
    }
}
