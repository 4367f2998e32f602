package io.hpc4j.server;

import io.hpc4j.server.cli.Main;

/** The command {@code hpc}; {@code hpc --help} and {@code docs/cli.md} say what it does. */
public final class HpcCommand {

    private HpcCommand() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(Main.run(arguments));
    }
}
