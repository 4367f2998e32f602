package io.hpc4j.server.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

/** Gives the command its real surroundings. */
public final class Main {

    private static final String LOG = "org.slf4j.simpleLogger.";

    private Main() {}

    /** Runs a command line in this process's surroundings; returns the exit code. */
    public static int run(String... arguments) {
        prepareLog(Arrays.asList(arguments));
        Surroundings around = new Surroundings(
                System.getenv(),
                Path.of("").toAbsolutePath(),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Terminal.isTerminal(1),
                Clock.system(ZoneId.systemDefault()),
                new Opening());
        return Cli.run(around, arguments);
    }

    /** Before the first logger is made. People get sentences from the command itself; a keeper's log is for later. */
    private static void prepareLog(List<String> arguments) {
        boolean keeps = !arguments.isEmpty() && arguments.get(0).equals("keep");
        if (keeps) {
            System.setProperty(LOG + "showDateTime", "true");
            System.setProperty(LOG + "dateTimeFormat", "yyyy-MM-dd HH:mm:ss.SSS");
        }
        if (System.getProperty(LOG + "defaultLogLevel") == null) {
            String level = arguments.contains("--debug") ? "debug" : keeps ? "info" : "off";
            System.setProperty(LOG + "defaultLogLevel", level);
        }
    }

    private static PrintStream stream(FileDescriptor to) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(to)), false, StandardCharsets.UTF_8);
    }
}
