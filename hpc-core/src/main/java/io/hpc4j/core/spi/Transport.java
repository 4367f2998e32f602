package io.hpc4j.core.spi;

/**
 * Runs commands and moves files, here or on a login node. May be shared between threads. No shell sees a command,
 * except the one on the other side of SSH, for which the transport quotes.
 */
public interface Transport extends AutoCloseable {

    /**
     * Runs a command to its end. Interrupting the calling thread ends the command.
     *
     * @throws io.hpc4j.core.TransportException if the command could not be started, the connection broke, or its time
     *     limit passed; it and its children are then ended as far as they can be reached
     */
    CommandResult run(CommandLine command);

    /** The files of the machine where commands run. */
    RemoteFiles files();

    /** Ends what is in flight and lets go of the connection. */
    @Override
    void close();
}
