package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * A command or file operation could not be carried out: the connection broke, the time limit passed, the program is
 * missing. What a command that had begun did or left undone is unknown.
 */
public final class TransportException extends HpcException {

    private static final long serialVersionUID = 1L;

    private final boolean isTransient;

    /** Makes an exception with a message that shows the value and says what would have worked. */
    public TransportException(String message) {
        this(message, null);
    }

    /** Makes an exception with the cause kept. */
    public TransportException(String message, @Nullable Throwable cause) {
        this(message, cause, true);
    }

    private TransportException(String message, @Nullable Throwable cause, boolean isTransient) {
        super(message, cause);
        this.isTransient = isTransient;
    }

    /** Makes an exception for what will fail again until somebody mends it, such as a program that is not installed. */
    public static TransportException permanent(String message, @Nullable Throwable cause) {
        return new TransportException(message, cause, false);
    }

    @Override
    public boolean isTransient() {
        return isTransient;
    }
}
