import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Compiles one file, whatever its public class is called, and writes down the name of the class to be run: the first
 * with a `main`, or the first at all.
 *
 * <p>Arguments: the source, the folder for classes, the class path, the file for the name.
 */
public final class CompileFile {
  private CompileFile() {}

  public static void main(String[] arguments) throws IOException {
    Path source = Path.of(arguments[0]);
    Path classes = Files.createDirectories(Path.of(arguments[1]));
    List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", arguments[2]);
    PrintWriter messages = new PrintWriter(System.err, true);
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, options, null, List.of(new SourceFile(source)));
    String[] mainClass = new String[1];
    task.addTaskListener(
        new TaskListener() {
          @Override
          public void finished(TaskEvent event) {
            // Later there is less left of the tree.
            if (event.getKind() == TaskEvent.Kind.PARSE) mainClass[0] = mainClass(event.getCompilationUnit());
          }
        });
    if (!task.call()) System.exit(1);
    Files.writeString(Path.of(arguments[3]), mainClass[0] + "\n");
  }

  private static String mainClass(CompilationUnitTree file) {
    ClassTree first = null;
    for (Tree declared : file.getTypeDecls()) {
      if (!(declared instanceof ClassTree type)) continue;
      if (hasMain(type)) return nameIn(file, type);
      if (first == null) first = type;
    }
    return first == null ? "Main" : nameIn(file, first);
  }

  private static boolean hasMain(ClassTree type) {
    return type.getMembers().stream()
        .anyMatch(
            member ->
                member instanceof MethodTree method
                    && method.getName().contentEquals("main")
                    && method.getModifiers().getFlags().contains(Modifier.STATIC));
  }

  private static String nameIn(CompilationUnitTree file, ClassTree type) {
    String name = type.getSimpleName().toString();
    return file.getPackageName() == null ? name : file.getPackageName() + "." + name;
  }

  private static final class SourceFile extends SimpleJavaFileObject {
    private final Path path;

    SourceFile(Path path) {
      super(path.toUri(), Kind.SOURCE);
      this.path = path;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    }

    @Override
    public boolean isNameCompatible(String name, Kind kind) {
      return kind == Kind.SOURCE;
    }
  }
}
