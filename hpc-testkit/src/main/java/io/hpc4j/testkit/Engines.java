package io.hpc4j.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Decides what becomes of a test whose engine is missing: skipped with a reason that names the command to install it, or
 * failed where the system property {@value #PROPERTY} is {@value #REQUIRED}, as in continuous integration, where nothing
 * may be skipped silently. May be called from any thread that runs a test.
 */
public final class Engines {

    static final String PROPERTY = "engines";
    static final String REQUIRED = "required";

    private Engines() {}

    /**
     * Goes on only with the engine there.
     *
     * @param engine what the reason calls it, such as {@code GNU time}
     * @param present whether it was found
     * @param installCommand what to run, from the root of the project, to get it
     * @throws org.opentest4j.TestAbortedException if it is missing and not required: the test counts as skipped
     * @throws AssertionError if it is missing and required
     */
    public static void require(String engine, boolean present, String installCommand) {
        if (present) {
            return;
        }
        String reason = engine + " is missing; install it with: " + installCommand;
        if (REQUIRED.equals(System.getProperty(PROPERTY))) {
            Assertions.fail(reason + " (engines are required here)");
        }
        Assumptions.abort(reason);
    }

    /** Whether a program of this name is on the {@code PATH} of this process. */
    public static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(path)
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    }
}
