package io.hpc4j.core;

import java.util.List;

/**
 * An installed application.
 *
 * @param name its name, {@code openfoam}
 * @param version its version in the installation's own words, {@code v2312}
 * @param installationDirectory where it is installed; empty if the site does not tell
 * @param executablePath what to run; empty if it is found through its modules
 * @param argumentNames what arguments it wants, in order
 * @param modules the modules to load for it
 */
public record Program(
        String name,
        String version,
        String installationDirectory,
        String executablePath,
        List<String> argumentNames,
        List<String> modules) {

    /** Copies the lists. */
    public Program {
        Text.word("a program's name", name, JobRequest.LONGEST_NAME);
        argumentNames = List.copyOf(argumentNames);
        modules = List.copyOf(modules);
    }
}
