package io.hpc4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Every public or protected type and method of a public type has Javadoc. The compiler checks what is written in it; it
 * cannot be told to miss comments without also missing every {@code @param}.
 */
class JavadocTest {

    @Test
    void everyPublicTypeAndMethodHasJavadoc() throws IOException {
        List<Path> sources = ProjectFolders.modules().stream()
                .flatMap(module -> ProjectFolders.mainSources(module).stream())
                .toList();
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        List<String> bare = new ArrayList<>();
        try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            JavacTask task = (JavacTask) javac.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources));
            for (CompilationUnitTree unit : task.parse()) {
                new BareFinder(DocTrees.instance(task), bare).scan(unit, null);
            }
        }

        assertThat(bare).as("public types and methods without Javadoc").isEmpty();
    }

    /** Collects what has no comment, without going into types that nobody outside can name. */
    private static final class BareFinder extends TreePathScanner<Void, Void> {

        private final DocTrees docs;
        private final List<String> bare;

        private BareFinder(DocTrees docs, List<String> bare) {
            this.docs = docs;
            this.bare = bare;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            if (!isVisible(type.getModifiers())) {
                return null;
            }
            complainIfBare(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            boolean constructor = method.getName().contentEquals("<init>");
            if (isVisible(method.getModifiers()) && !constructor && !isOverride(method)) {
                complainIfBare(method.getName() + "()");
            }
            return null; // what a method declares inside, nobody outside can name
        }

        private void complainIfBare(String name) {
            if (docs.getDocComment(getCurrentPath()) == null) {
                CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
                long line = unit.getLineMap()
                        .getLineNumber(docs.getSourcePositions()
                                .getStartPosition(unit, getCurrentPath().getLeaf()));
                bare.add(unit.getSourceFile().getName() + ":" + line + ": " + name);
            }
        }

        private boolean isVisible(ModifiersTree modifiers) {
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || modifiers.getFlags().contains(Modifier.PROTECTED)
                    || (isInsideInterface() && !modifiers.getFlags().contains(Modifier.PRIVATE));
        }

        private boolean isInsideInterface() {
            Tree parent = getCurrentPath().getParentPath().getLeaf();
            return parent.getKind() == Tree.Kind.INTERFACE || parent.getKind() == Tree.Kind.ANNOTATION_TYPE;
        }

        private static boolean isOverride(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
        }
    }
}
