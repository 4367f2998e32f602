package io.hpc4j.core;

/**
 * How far a listener has been told the ends of a cluster's jobs.
 *
 * @param told the position of the last end that it was told and has returned from; 0 before the first
 * @param telling the position of an end that it is being told, or was when its process was killed; 0 if none
 */
public record ListenerCursor(long told, long telling) {

    /** Before the first end. */
    public static final ListenerCursor START = new ListenerCursor(0, 0);

    /**
     * Checks the positions.
     *
     * @throws IllegalArgumentException if one is negative, or the end being told is none behind those told
     */
    public ListenerCursor {
        if (told < 0 || (telling != 0 && telling <= told)) {
            throw new IllegalArgumentException(
                    "a listener is told what is behind what it was told, was told %d, telling %d"
                            .formatted(told, telling));
        }
    }

    /** The same while the listener is told the end at a position. */
    public ListenerCursor withTelling(long position) {
        return new ListenerCursor(told, position);
    }

    /** Behind the end at a position. */
    public static ListenerCursor behind(long position) {
        return new ListenerCursor(position, 0);
    }
}
