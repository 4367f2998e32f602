package io.hpc4j.core;

import org.jspecify.annotations.Nullable;

/**
 * No backend or transport of the wanted name is on the class path; the message lists what there is and names the
 * artifact to add.
 */
public final class NoSuchBackendException extends HpcException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a message that shows the value and says what would have worked. */
    public NoSuchBackendException(String message) {
        super(message);
    }

    /** Makes an exception with the cause kept. */
    public NoSuchBackendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
