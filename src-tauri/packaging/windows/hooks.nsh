; Tauri's installer for one user puts the program into %LOCALAPPDATA%\Chatelaine. Windows takes that for the folder
; %LOCALAPPDATA%\chatelaine, where chats and settings lie: program and data would share one folder. Windows' own place
; for programs of one user is %LOCALAPPDATA%\Programs. A folder that was chosen by hand is left as it is.
!macro NSIS_HOOK_PREINSTALL
  ${If} $INSTDIR == "$LOCALAPPDATA\${PRODUCTNAME}"
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${PRODUCTNAME}"
    SetOutPath $INSTDIR
    ; The installer has made the first one already. This removes it only if nothing is in it.
    RMDir "$LOCALAPPDATA\${PRODUCTNAME}"
  ${EndIf}
!macroend
