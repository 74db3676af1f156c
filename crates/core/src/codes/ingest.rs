//! Finding codes of the `ingest` room.

use super::Code;
use crate::{Bilingual, Severity};

/// Rows of the code table, by number.
pub(super) const CODES: &[Code] = &[
    Code {
        id: "SJ-ingest-001",
        severity: Severity::Error,
        title: Bilingual {
            zh: "无法读取的文件或文件夹", en: "unreadable file or folder"
        },
        cause: Bilingual {
            zh: "操作系统拒绝打开或读取",
            en: "the operating system refused to open or read it",
        },
        fix: Bilingual {
            zh: "检查权限和磁盘后重新提交",
            en: "check permissions and the disk, then submit again",
        },
    },
    Code {
        id: "SJ-ingest-002",
        severity: Severity::Warning,
        title: Bilingual { zh: "未跟随的链接", en: "link not followed" },
        cause: Bilingual {
            zh: "符号链接指向上级文件夹或不存在的目标",
            en: "a symbolic link leads back to a folder above it or to nothing",
        },
        fix: Bilingual {
            zh: "用文件本身替换链接", en: "replace the link with the file itself"
        },
    },
    Code {
        id: "SJ-ingest-003",
        severity: Severity::Info,
        title: Bilingual { zh: "同一文件只计一次", en: "same file counted once" },
        cause: Bilingual {
            zh: "同一文件以多个名称或路径出现（重复路径、硬链接或符号链接）",
            en: "one file stands under several names or paths (path given twice, hard or symbolic link)",
        },
        fix: Bilingual {
            zh: "无需处理；如应是不同内容，请提交副本",
            en: "nothing to do; if the contents should differ, submit separate files",
        },
    },
    Code {
        id: "SJ-ingest-004",
        severity: Severity::Warning,
        title: Bilingual { zh: "特殊文件未打开", en: "special file not opened" },
        cause: Bilingual {
            zh: "管道、设备、套接字以及内核自身的文件系统（如 /proc）不是数据文件",
            en: "a pipe, device or socket, or what a file system of the kernel such as /proc shows, is no data file",
        },
        fix: Bilingual { zh: "从数据集中移除", en: "remove it from the dataset" },
    },
    Code {
        id: "SJ-ingest-005",
        severity: Severity::Info,
        title: Bilingual { zh: "隐藏文件未读取", en: "hidden file not read" },
        cause: Bilingual {
            zh: "以点开头的文件和文件夹视为工具的内部文件",
            en: "files and folders whose name begins with a dot belong to tools",
        },
        fix: Bilingual { zh: "如为数据，请改名", en: "rename it if it is data" },
    },
    Code {
        id: "SJ-ingest-006",
        severity: Severity::Warning,
        title: Bilingual { zh: "文件名不是 UTF-8", en: "file name is not UTF-8" },
        cause: Bilingual {
            zh: "文件名编码不明，报告中以替代字符显示",
            en: "its encoding is unknown; reports show it with replacement characters",
        },
        fix: Bilingual { zh: "改用 UTF-8 文件名", en: "rename the file in UTF-8" },
    },
    Code {
        id: "SJ-ingest-007",
        severity: Severity::Error,
        title: Bilingual { zh: "文件数超过上限", en: "too many files" },
        cause: Bilingual {
            zh: "数据集的文件数超过设定的上限，其余未读取",
            en: "the dataset has more files than the limit; the rest was not read",
        },
        fix: Bilingual {
            zh: "合并小文件或提高上限", en: "merge small files or raise the limit"
        },
    },
    Code {
        id: "SJ-ingest-008",
        severity: Severity::Error,
        title: Bilingual { zh: "文件夹嵌套过深", en: "folders nested too deep" },
        cause: Bilingual {
            zh: "文件夹层数超过上限，更深处未读取",
            en: "folders nest beyond the limit; what is deeper was not read",
        },
        fix: Bilingual { zh: "减少文件夹层数", en: "flatten the folders" },
    },
    Code {
        id: "SJ-ingest-009",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "符号链接指向文件夹之外", en: "link leads out of the folder"
        },
        cause: Bilingual {
            zh: "符号链接所指的文件或文件夹不在所给路径之内；已照样读取，但移动或打包该文件夹时不会带上",
            en: "a symbolic link leads to a file or folder outside of the path given; it was read all the same, but does not come along when the folder is moved or packed",
        },
        fix: Bilingual {
            zh: "把所指的内容复制到文件夹内；如不属于数据集，请删除该链接",
            en: "copy what it leads to into the folder, or remove the link if it is no part of the dataset",
        },
    },
    Code {
        id: "SJ-ingest-010",
        severity: Severity::Info,
        title: Bilingual { zh: "说明文件，不计量", en: "documentation, not measured" },
        cause: Bilingual {
            zh: "说明、许可等文件描述数据，本身不是数据",
            en: "files such as README and LICENSE describe data and are none",
        },
        fix: Bilingual { zh: "无需处理", en: "nothing to do" },
    },
    Code {
        id: "SJ-ingest-011",
        severity: Severity::Info,
        title: Bilingual { zh: "该格式尚未计量", en: "format not yet measured" },
        cause: Bilingual {
            zh: "文件已计数和登记，内容未计量",
            en: "the file is counted and named; its content is not measured",
        },
        fix: Bilingual {
            zh: "如含记录，请转换为 CSV、JSONL 或 Parquet",
            en: "if it holds records, convert it to CSV, JSONL or Parquet",
        },
    },
    Code {
        id: "SJ-ingest-012",
        severity: Severity::Warning,
        title: Bilingual { zh: "空文件", en: "empty file" },
        cause: Bilingual {
            zh: "文件没有内容，或没有任何记录",
            en: "the file has no content, or not one record",
        },
        fix: Bilingual { zh: "补全或移除该文件", en: "complete the file or remove it" },
    },
    Code {
        id: "SJ-ingest-013",
        severity: Severity::Warning,
        title: Bilingual { zh: "扩展名与内容不符", en: "extension disagrees with content" },
        cause: Bilingual {
            zh: "按内容识别的格式与扩展名不同，以内容为准",
            en: "the content is of another format than the extension says; the content decides",
        },
        fix: Bilingual { zh: "改正扩展名", en: "correct the extension" },
    },
    Code {
        id: "SJ-ingest-014",
        severity: Severity::Warning,
        title: Bilingual { zh: "编码为推测", en: "encoding was guessed" },
        cause: Bilingual {
            zh: "文件没有编码标记且不是 UTF-8，编码由内容推测",
            en: "the file has no mark and is not UTF-8; its encoding was told from the content",
        },
        fix: Bilingual { zh: "转换为 UTF-8", en: "convert the file to UTF-8" },
    },
    Code {
        id: "SJ-ingest-015",
        severity: Severity::Warning,
        title: Bilingual { zh: "压缩格式不支持", en: "compression not supported" },
        cause: Bilingual {
            zh: "该压缩格式未打开，其中内容未计量",
            en: "files of this compression are not opened; their content is not measured",
        },
        fix: Bilingual { zh: "改用 gzip、zstd、tar 或 zip", en: "use gzip, zstd, tar or zip" },
    },
    Code {
        id: "SJ-ingest-016",
        severity: Severity::Error,
        title: Bilingual {
            zh: "读取程序因文件内容中止", en: "reader gave up on the file"
        },
        cause: Bilingual {
            zh: "文件内容使读取程序出错，已读部分保留",
            en: "the content made the reader fail; what was read before stays",
        },
        fix: Bilingual {
            zh: "用其原始工具检查并重新导出该文件",
            en: "check the file with the tool that wrote it and export it again",
        },
    },
    Code {
        id: "SJ-ingest-017",
        severity: Severity::Warning,
        title: Bilingual { zh: "文本中有空字节", en: "NUL byte in text" },
        cause: Bilingual {
            zh: "记录中有空字节，按原样保留",
            en: "the record has a NUL byte, which no text has; it is kept as it is",
        },
        fix: Bilingual {
            zh: "从源头重新导出该记录",
            en: "export the record again from its source",
        },
    },
    Code {
        id: "SJ-ingest-018",
        severity: Severity::Error,
        title: Bilingual {
            zh: "内容不是其名称所示的格式", en: "not of the format its name says"
        },
        cause: Bilingual {
            zh: "扩展名是可度量的格式，内容却无法按该格式读取（文件头损坏、只是改了名，或为 UTF-32 编码）：文件整个未读",
            en: "the name stands for a measured format, but the content cannot be read as one (its head is damaged, it was only renamed, or it is UTF-32): nothing of it was read",
        },
        fix: Bilingual {
            zh: "重新导出或传输该文件，改用内容真实的扩展名；文本请存为 UTF-8",
            en: "export or transfer the file again, or give it the name of what it holds; save text as UTF-8",
        },
    },
    Code {
        id: "SJ-ingest-020",
        severity: Severity::Error,
        title: Bilingual { zh: "JSON 记录有语法错误", en: "record is no valid JSON" },
        cause: Bilingual {
            zh: "记录不符合 JSON 语法，已跳过",
            en: "the record breaks the syntax of JSON and was skipped",
        },
        fix: Bilingual { zh: "在所示位置改正", en: "correct it at the place shown" },
    },
    Code {
        id: "SJ-ingest-021",
        severity: Severity::Error,
        title: Bilingual {
            zh: "记录含无法解码的字节",
            en: "record has bytes that cannot be decoded",
        },
        cause: Bilingual {
            zh: "记录中有不属于文件编码的字节，已跳过",
            en: "bytes of the record do not belong to the file's encoding; it was skipped",
        },
        fix: Bilingual {
            zh: "从源头重新导出该记录",
            en: "export the record again from its source",
        },
    },
    Code {
        id: "SJ-ingest-022",
        severity: Severity::Error,
        title: Bilingual { zh: "记录过大", en: "record too large" },
        cause: Bilingual {
            zh: "记录超过字节上限，已跳过",
            en: "the record has more bytes than the limit and was skipped",
        },
        fix: Bilingual {
            zh: "拆分该记录：一条记录至多 64 MiB，一个文本文件是一条记录",
            en: "split the record: one may have 64 MiB, and a text file is one record",
        },
    },
    Code {
        id: "SJ-ingest-023",
        severity: Severity::Error,
        title: Bilingual { zh: "记录嵌套过深", en: "record nested too deep" },
        cause: Bilingual {
            zh: "记录的嵌套超过上限，已跳过",
            en: "the record nests beyond the limit and was skipped",
        },
        fix: Bilingual { zh: "减少嵌套", en: "flatten the record" },
    },
    Code {
        id: "SJ-ingest-024",
        severity: Severity::Warning,
        title: Bilingual { zh: "键或列名重复", en: "key or column stands twice" },
        cause: Bilingual {
            zh: "同一对象中的键重复，以最后一个为准；同名的列则另行命名",
            en: "a key stands twice in one object, the last counts; columns of the same name are renamed",
        },
        fix: Bilingual { zh: "使用不同的名称", en: "use different names" },
    },
    Code {
        id: "SJ-ingest-025",
        severity: Severity::Warning,
        title: Bilingual { zh: "列数超过上限", en: "too many columns" },
        cause: Bilingual {
            zh: "超过列数上限的内容放入 _more 列",
            en: "what is beyond the column limit is kept in the column _more",
        },
        fix: Bilingual {
            zh: "不要把数据用作键，改为键值两列",
            en: "do not use data as keys; use one column for keys and one for values",
        },
    },
    Code {
        id: "SJ-ingest-026",
        severity: Severity::Info,
        title: Bilingual { zh: "非标准 JSON 数字", en: "not standard JSON numbers" },
        cause: Bilingual {
            zh: "出现 NaN 或 Infinity，按原样保留",
            en: "NaN or Infinity occurs and is kept as spelled",
        },
        fix: Bilingual { zh: "改用 null", en: "use null instead" },
    },
    Code {
        id: "SJ-ingest-027",
        severity: Severity::Error,
        title: Bilingual { zh: "文件被截断", en: "file is cut short" },
        cause: Bilingual {
            zh: "数据在结尾之前中断，已读部分保留",
            en: "the data breaks off before its end; what was read before stays",
        },
        fix: Bilingual { zh: "重新传输完整文件", en: "transfer the whole file again" },
    },
    Code {
        id: "SJ-ingest-028",
        severity: Severity::Warning,
        title: Bilingual { zh: "结尾之后还有内容", en: "more bytes after the end" },
        cause: Bilingual {
            zh: "文件在完整内容之后还有其他字节，未读取",
            en: "other bytes follow after the complete content; they were not read",
        },
        fix: Bilingual {
            zh: "检查文件是否由多部分误拼而成",
            en: "check whether files were joined by mistake",
        },
    },
    Code {
        id: "SJ-ingest-029",
        severity: Severity::Info,
        title: Bilingual {
            zh: "记录列表之外的成员未计量",
            en: "members beside the list of records not measured",
        },
        cause: Bilingual {
            zh: "对象中除记录列表以外的成员描述文件本身",
            en: "members of the object beside its lists of records describe the file",
        },
        fix: Bilingual { zh: "无需处理", en: "nothing to do" },
    },
    Code {
        id: "SJ-ingest-030",
        severity: Severity::Error,
        title: Bilingual { zh: "行的字段数不符", en: "row has another number of fields" },
        cause: Bilingual {
            zh: "字段数与表头不同，该行已跳过",
            en: "the row has more or fewer fields than the header and was skipped",
        },
        fix: Bilingual {
            zh: "在所示位置检查分隔符和引号",
            en: "check delimiters and quotes at the place shown",
        },
    },
    Code {
        id: "SJ-ingest-031",
        severity: Severity::Error,
        title: Bilingual { zh: "引号未闭合", en: "quote does not close" },
        cause: Bilingual {
            zh: "字段以引号开始但没有结束，该行已跳过，从下一行继续",
            en: "a field opens a quote that does not close; the line was skipped and reading goes on at the next",
        },
        fix: Bilingual {
            zh: "在所示行补上引号，或将引号写成两个",
            en: "close the quote in the line shown, or double it",
        },
    },
    Code {
        id: "SJ-ingest-032",
        severity: Severity::Info,
        title: Bilingual { zh: "表格没有表头", en: "table without a header" },
        cause: Bilingual {
            zh: "首行含数字、空单元格或其下各行重复出现的值，且后续各行未表明其为表头：按数据处理，列名为 column_1 等",
            en: "the first line has a number, an empty cell or equal cells that occur below too, and the lines below do not show it to be a header: it counts as data and columns are named column_1 and so on",
        },
        fix: Bilingual {
            zh: "加上带列名的首行",
            en: "add a first line with the names of the columns",
        },
    },
    Code {
        id: "SJ-ingest-033",
        severity: Severity::Info,
        title: Bilingual { zh: "表格上方有标题行", en: "title above the table" },
        cause: Bilingual {
            zh: "工作表的前几行只有一个单元格，而其后的行更宽：视为标题，不计入记录",
            en: "the first lines of the sheet have a single cell and those below have more: they count as a title, not as records",
        },
        fix: Bilingual {
            zh: "无需处理；如为数据，请补全列名",
            en: "nothing to do; if it is data, add the names of the columns",
        },
    },
    Code {
        id: "SJ-ingest-034",
        severity: Severity::Info,
        title: Bilingual { zh: "分隔符为推测", en: "delimiter was told from the content" },
        cause: Bilingual {
            zh: "分隔符与扩展名通常的不同",
            en: "the delimiter is not the usual one for the extension",
        },
        fix: Bilingual {
            zh: "改用逗号，或用 .tsv 配制表符", en: "use commas, or tabs with .tsv"
        },
    },
    Code {
        id: "SJ-ingest-035",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "列表项之间的逗号有误", en: "commas between items are wrong"
        },
        cause: Bilingual {
            zh: "列表项之间缺少或多出逗号，各项仍已读取",
            en: "a comma between items is missing or too much; the items were read all the same",
        },
        fix: Bilingual { zh: "在所示位置改正", en: "correct it at the place shown" },
    },
    Code {
        id: "SJ-ingest-036",
        severity: Severity::Error,
        title: Bilingual { zh: "文件已损坏", en: "file is damaged" },
        cause: Bilingual {
            zh: "压缩、归档或列式文件的字节自相矛盾，已读部分保留",
            en: "the bytes of a compressed, archived or columnar file contradict themselves; what was read before stays",
        },
        fix: Bilingual {
            zh: "重新导出或传输该文件", en: "export or transfer the file again"
        },
    },
    Code {
        id: "SJ-ingest-040",
        severity: Severity::Info,
        title: Bilingual { zh: "二进制列未计量", en: "binary column not measured" },
        cause: Bilingual {
            zh: "二进制内容已计数，未计量",
            en: "binary content is counted but not measured",
        },
        fix: Bilingual {
            zh: "如为文本，请以文本类型存储", en: "store it as text if it is text"
        },
    },
    Code {
        id: "SJ-ingest-041",
        severity: Severity::Warning,
        title: Bilingual { zh: "列类型未读取", en: "column type not read" },
        cause: Bilingual {
            zh: "该列的类型没有对应的单元格类型，未计量",
            en: "the type of the column has no cell type; it is not measured",
        },
        fix: Bilingual {
            zh: "转换为文本、数字或时间", en: "convert it to text, number or time"
        },
    },
    Code {
        id: "SJ-ingest-042",
        severity: Severity::Error,
        title: Bilingual { zh: "批次无法解码", en: "batch could not be decoded" },
        cause: Bilingual {
            zh: "一组行的数据损坏，这些行已跳过",
            en: "the data of a group of rows is damaged; these rows were skipped",
        },
        fix: Bilingual { zh: "重新导出该文件", en: "export the file again" },
    },
    Code {
        id: "SJ-ingest-043",
        severity: Severity::Warning,
        title: Bilingual {
            zh: "声明的行数与实际不符", en: "declared number of rows is wrong"
        },
        cause: Bilingual {
            zh: "文件尾声明的行数与数据不同，以数据为准",
            en: "the footer declares another number of rows than the data has; the data counts",
        },
        fix: Bilingual { zh: "重新导出该文件", en: "export the file again" },
    },
    Code {
        id: "SJ-ingest-044",
        severity: Severity::Info,
        title: Bilingual { zh: "时间舍入到微秒", en: "times rounded to microseconds" },
        cause: Bilingual {
            zh: "时间精度高于微秒，已截去",
            en: "times are finer than microseconds and were cut",
        },
        fix: Bilingual { zh: "无需处理", en: "nothing to do" },
    },
    Code {
        id: "SJ-ingest-045",
        severity: Severity::Warning,
        title: Bilingual { zh: "值超出可表示的范围", en: "value out of range" },
        cause: Bilingual {
            zh: "日期或时间超出日历范围，该单元格按空值处理",
            en: "a date or time is beyond any calendar; the cell counts as empty",
        },
        fix: Bilingual { zh: "在所示列改正", en: "correct it in the column shown" },
    },
    Code {
        id: "SJ-ingest-046",
        severity: Severity::Info,
        title: Bilingual { zh: "工作表中有合并单元格", en: "merged cells in a sheet" },
        cause: Bilingual {
            zh: "合并区域的值只在其首个单元格中，其余单元格为空",
            en: "the value of a merged range stands in its first cell; the others are empty",
        },
        fix: Bilingual {
            zh: "如每行都应有该值，请取消合并并填充",
            en: "if each row should have the value, unmerge the cells and fill them",
        },
    },
    Code {
        id: "SJ-ingest-047",
        severity: Severity::Warning,
        title: Bilingual { zh: "公式没有保存的值", en: "formula without a stored value" },
        cause: Bilingual {
            zh: "工作簿未保存公式的计算结果，这些单元格为空",
            en: "the workbook does not store what its formulas come to; these cells are empty",
        },
        fix: Bilingual {
            zh: "在表格软件中打开并重新保存",
            en: "open the workbook in a spreadsheet program and save it again",
        },
    },
    Code {
        id: "SJ-ingest-050",
        severity: Severity::Warning,
        title: Bilingual { zh: "归档成员的路径不安全", en: "unsafe path in an archive" },
        cause: Bilingual {
            zh: "成员名为绝对路径或指向上级，已按安全名称读取，未写入磁盘",
            en: "the member's name is absolute or leads upwards; it was read under a safe name and nothing was written to disk",
        },
        fix: Bilingual {
            zh: "用相对路径重新打包",
            en: "pack the archive again with relative paths",
        },
    },
    Code {
        id: "SJ-ingest-051",
        severity: Severity::Error,
        title: Bilingual { zh: "解压膨胀超过上限", en: "expansion limit reached" },
        cause: Bilingual {
            zh: "解压后的数据远大于压缩数据，已停止读取",
            en: "the data grows far beyond its compressed size; reading stopped",
        },
        fix: Bilingual {
            zh: "提交未过度压缩的数据",
            en: "submit the data with ordinary compression",
        },
    },
    Code {
        id: "SJ-ingest-052",
        severity: Severity::Error,
        title: Bilingual { zh: "归档嵌套过深", en: "archives nested too deep" },
        cause: Bilingual {
            zh: "归档层数超过上限，未打开",
            en: "archives nest beyond the limit and were not opened",
        },
        fix: Bilingual { zh: "减少打包层数", en: "pack in fewer layers" },
    },
    Code {
        id: "SJ-ingest-053",
        severity: Severity::Error,
        title: Bilingual {
            zh: "归档成员无法读取", en: "member of an archive cannot be read"
        },
        cause: Bilingual {
            zh: "成员已加密、压缩方式不支持或已损坏",
            en: "the member is encrypted, compressed in an unsupported way, or damaged",
        },
        fix: Bilingual {
            zh: "以不加密的 deflate 重新打包",
            en: "pack it again without encryption, with deflate",
        },
    },
    Code {
        id: "SJ-ingest-054",
        severity: Severity::Error,
        title: Bilingual { zh: "内存不足以打开", en: "too large to open in memory" },
        cause: Bilingual {
            zh: "归档内需要随机访问的文件超过内存上限",
            en: "a file inside an archive that needs random access is larger than the memory limit allows",
        },
        fix: Bilingual {
            zh: "直接提交该文件，或提高内存上限",
            en: "submit the file itself, or raise the memory limit",
        },
    },
    Code {
        id: "SJ-ingest-055",
        severity: Severity::Error,
        title: Bilingual { zh: "CoNLL-U 句子有误", en: "sentence is no valid CoNLL-U" },
        cause: Bilingual {
            zh: "句中有一行不是十列，该句已跳过",
            en: "a line of the sentence does not have ten columns; the sentence was skipped",
        },
        fix: Bilingual { zh: "在所示行改正", en: "correct the line shown" },
    },
    Code {
        id: "SJ-ingest-056",
        severity: Severity::Info,
        title: Bilingual {
            zh: "归档中的链接和特殊成员未读取",
            en: "links and special members of an archive not read",
        },
        cause: Bilingual {
            zh: "归档中的链接、设备等没有自己的内容",
            en: "links and devices in an archive have no content of their own",
        },
        fix: Bilingual {
            zh: "无需处理；如应有内容，请打包文件本身",
            en: "nothing to do; if there should be content, pack the file itself",
        },
    },
    Code {
        id: "SJ-ingest-057",
        severity: Severity::Info,
        title: Bilingual {
            zh: "媒体样本已计数，未计量",
            en: "media samples counted, not measured",
        },
        cause: Bilingual {
            zh: "tar 中同名文件组成样本，已按样本计数",
            en: "files of one name in a tar make a sample; samples are counted, their content is not yet measured",
        },
        fix: Bilingual { zh: "无需处理", en: "nothing to do" },
    },
];
