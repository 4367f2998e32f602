package io.hpc4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each test that {@code docs/promises.md} names exists and is run; each promise names one, or says what is to come. */
class PromisesTest {

    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]?\\d+) \\| (.+?) \\| (.+) \\|");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Pattern PARENT = Pattern.compile("class (\\w+)(?:<[^{]*>)? extends (\\w+)");
    private static final String ANNOTATION = "@(Test|ParameterizedTest|Property|TestFactory|RepeatedTest)\\b";
    private static final int PROMISES = 60;

    /** The sources of everything that may hold tests, by the class's name. */
    private static final Map<String, String> sources = new TreeMap<>();

    private static List<String> rows = List.of();

    @BeforeAll
    static void read() throws IOException {
        for (Path module : ProjectFolders.modules()) {
            readSources(module.resolve("src/test/java"));
            readSources(module.resolve("src/main/java"));
        }
        rows = Files.readAllLines(ProjectFolders.root().resolve("docs/promises.md")).stream()
                .filter(line -> ROW.matcher(line).matches())
                .toList();
    }

    private static void readSources(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(f -> f.toString().endsWith(".java")).forEach(PromisesTest::readSource);
        }
    }

    private static void readSource(Path file) {
        try {
            sources.put(ProjectFolders.nameOf(file).replace(".java", ""), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyPromiseNamesATestOrSaysWhatIsToCome() {
        assertThat(rows).hasSizeGreaterThan(PROMISES);
        assertThat(rows)
                .allSatisfy(row -> assertThat(NAMED.matcher(row).find() || row.contains("to come"))
                        .as(row)
                        .isTrue());
    }

    @TestFactory
    List<DynamicTest> everyNamedTestExistsAndIsRun() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : rows) {
            Matcher named = NAMED.matcher(row);
            while (named.find()) {
                String type = named.group(1);
                String method = named.group(2);
                tests.add(DynamicTest.dynamicTest(type + "#" + method, () -> check(type, method)));
            }
        }
        return tests;
    }

    private static void check(String type, String method) {
        assertThat(sources).as("class of a test").containsKey(type);
        assertThat(declaration(type, method))
                .as("declaration of the test %s#%s", type, method)
                .hasValueSatisfying(
                        text -> assertThat(text).containsPattern(ANNOTATION).doesNotContain("@Disabled"));
        assertThat(sources.keySet().stream().filter(PromisesTest::isPickedUp).filter(t -> isOrExtends(t, type)))
                .as("classes that the build runs %s by", type)
                .isNotEmpty();
    }

    /** A method with its annotations and comments: what stands between it and the empty line before. */
    private static Optional<String> declaration(String type, String method) {
        String source = sources.getOrDefault(type, "");
        Matcher found =
                Pattern.compile("\\s(?:void|[A-Z][\\w<>]*) " + method + "\\(").matcher(source);
        if (!found.find()) {
            return Optional.empty();
        }
        int begin = source.lastIndexOf("\n\n", found.start());
        return Optional.of(source.substring(Math.max(0, begin), found.end()));
    }

    /** By the names that the build looks for; an abstract one is run by those that extend it. */
    private static boolean isPickedUp(String type) {
        String source = sources.getOrDefault(type, "");
        return (type.endsWith("Test") || type.endsWith("IT"))
                && !source.contains("abstract class " + type)
                && !source.contains("@Disabled\nclass");
    }

    private static boolean isOrExtends(String type, String wanted) {
        for (String at = type; sources.containsKey(at); at = parent(at)) {
            if (at.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static String parent(String type) {
        Matcher parent = PARENT.matcher(sources.getOrDefault(type, ""));
        while (parent.find()) {
            if (parent.group(1).equals(type)) {
                return parent.group(2);
            }
        }
        return "";
    }
}
