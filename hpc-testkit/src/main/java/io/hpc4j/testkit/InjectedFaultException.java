package io.hpc4j.testkit;

import io.hpc4j.core.HpcException;

/** A store failed because a test wanted it to; the same call may succeed later. */
public final class InjectedFaultException extends HpcException {

    private static final long serialVersionUID = 1L;

    InjectedFaultException(String message) {
        super(message);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
