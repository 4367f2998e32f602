package io.hpc4j.core;

/** A listener's registration. Closing it ends it; what is being delivered just then may still arrive. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

    /** Ends the registration; a second time does nothing. */
    @Override
    void close();
}
