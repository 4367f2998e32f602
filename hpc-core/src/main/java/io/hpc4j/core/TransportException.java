package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * A command or file operation could not be carried out: the connection broke, the time limit passed, the program is
 * missing. What a command that had begun did or left undone is unknown.
 */
public class TransportException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that shows the value and says what would have worked. */
    public TransportException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public TransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
